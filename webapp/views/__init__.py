"""One blueprint per menu item: parse, permit, call one service, render."""
