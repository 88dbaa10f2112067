"""The engine and worker loops, and the supervision of all processes."""
