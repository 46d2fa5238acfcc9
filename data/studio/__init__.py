"""The small music studio behind the demo library: score, theory, sound, sleeve and pieces."""
