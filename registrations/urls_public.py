"""Routes that everybody may read."""

from django.urls import path

from registrations.views import public

app_name = "public"
urlpatterns = [
    path("", public.public_list, name="list"),
    path("list/entries.json", public.public_json, name="json"),
    path("list/entries.csv", public.public_csv, name="csv"),
    path("list/<uuid:pk>/", public.public_entry_page, name="entry"),
]
