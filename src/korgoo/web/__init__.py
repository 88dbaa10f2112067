"""Pages: faces, subjects, and the kit they share."""
