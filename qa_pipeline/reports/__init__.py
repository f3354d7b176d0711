"""A month on paper: pages with playable evidence, a workbook that recomputes, and the payroll file."""
