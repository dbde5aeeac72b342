"""The pages of the site, beside their own, to which authors may link; a test holds that each answers everybody."""

SITE_PAGES = frozenset(
    {
        "/",
        "/accessibility",
        "/certificates",
        "/checklists",
        "/courses",
        "/diary",
        "/diary/new",
        "/help",
        "/me",
        "/privacy",
        "/verify",
    }
)
