"""Which forms of accounts hold no writing: names, passwords and choices are never kept."""

WITHOUT_WRITING = frozenset(
    {
        "accounts.choose_language",
        "accounts.own_password_form",
        "accounts.sign_in_form",
        "accounts.sign_out",
        "accounts.sign_out_everywhere",
        "accounts_staff.close_or_open",
        "accounts_staff.correct_name",
        "accounts_staff.give_password",
        "accounts_staff.give_roles",
        "accounts_staff.new_person_form",
    }
)
