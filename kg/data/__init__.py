"""Tables computed by ``scripts/``; see README.md for their sources and licences."""
