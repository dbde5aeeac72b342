"""A published course as a booklet on paper, for those who take it without a device."""
