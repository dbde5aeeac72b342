"""A published course as a printed booklet, for people who study without a device."""
