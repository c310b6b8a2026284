"""The gettext catalogues of Dutch and French, and the command that keeps them complete."""
