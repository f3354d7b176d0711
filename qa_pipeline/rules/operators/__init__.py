"""Small pure tests of a call with three-valued answers, which rules and conditions are built of."""
