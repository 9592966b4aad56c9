"""Sound in, words out, nothing private left; modules in reading order below."""
