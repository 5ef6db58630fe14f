"""Keeps schema changes on the owner's connection; both aliases are one database."""


class OwnerMigrates:
    """Reads and writes stay on `default`; only `owner` may migrate."""

    def allow_relation(self, _one: object, _other: object, **_hints: object) -> bool:
        """Rows seen through either alias are rows of the same database."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: object) -> bool:
        """Only the owner of the tables changes them."""
        return db == "owner"
