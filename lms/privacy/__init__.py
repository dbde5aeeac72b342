"""A person's own data: seeing, downloading, erasing."""
