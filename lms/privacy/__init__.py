"""A person's own data: seeing, taking along, erasing."""
