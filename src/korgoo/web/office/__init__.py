"""The face of probation, police duty, courts and technicians."""
