"""The pages of the site to which authors may link besides their own; a test checks that each is open to everybody."""

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
