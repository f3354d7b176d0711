"""The checks, a module for each thing that they look at; every one is found by itself."""
