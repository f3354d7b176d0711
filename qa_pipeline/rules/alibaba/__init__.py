"""Reads quality rules of Alibaba Cloud's conversation analysis (智能对话分析) into conditions of a ruleset.

What each of their fields means and becomes, and the pages that say so: ``docs/alibaba-import.md``.
"""
