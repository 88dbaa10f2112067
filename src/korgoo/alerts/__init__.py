"""The work items that findings open for people: levels, owners, deadlines, closing."""
