"""The review pages: one server, loopback only until there is sign-in, and nothing from any other address."""
