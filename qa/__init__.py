"""How good was the call, and are we fair; modules in reading order below."""
