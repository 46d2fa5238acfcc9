"""Weights of the key model: see key.py for what they multiply."""

# Steps above the tonic, in semitones from 0: in all registers, then in the bass.
# fmt: off
MAJOR = (2.23, -1.73, 0.81, -1.87, 1.65, 0.28, -1.48, 2.57, -1.90, 0.57, -1.86, 0.74)
MAJOR_BASS = (0.64, 0.11, -0.26, -0.22, -0.31, -0.44, 0.04, 0.38, 0.19, -0.03, -0.09, 0.39)
MINOR = (2.47, -2.54, 0.64, 1.46, -1.64, 0.77, -1.68, 2.06, -0.31, -1.02, 0.17, -0.38)
MINOR_BASS = (0.92, -0.64, -0.41, -0.54, -0.26, 0.01, 0.19, 0.56, 0.14, -0.48, 0.40, -0.29)
# fmt: on
MINOR_AT_ALL = 1.93  # minor rather than major
