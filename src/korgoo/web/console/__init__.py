"""The face of the monitoring centre's operators."""
