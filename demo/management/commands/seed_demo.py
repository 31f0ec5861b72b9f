from django.core.management.base import BaseCommand

from demo.seed import is_seeded, seed


class Command(BaseCommand):
    """Fill the demo database. Does nothing when it is filled."""

    help = "見本の組織、利用者、サービスを作ります。すでにあれば何もしません。"

    def handle(self, **options):
        if is_seeded():
            self.stdout.write("見本はすでにあります。")
            return
        seed()
        self.stdout.write("見本を作りました。")
