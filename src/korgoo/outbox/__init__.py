"""What leaves the records: messages to the world with receipts, and control rows to the journal."""
