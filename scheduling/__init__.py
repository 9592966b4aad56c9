"""Who works when, who is away, and did they; modules in reading order below."""
