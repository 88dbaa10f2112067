"""Orders: form, preview, signature, permits, inspections."""
