"""Named questions and commands to the store; each takes the `Session` of the caller's unit of work first."""
