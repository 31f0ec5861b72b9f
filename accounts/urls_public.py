"""What a person may open before signing in, below /accounts/. The demo's buttons exist in the demo only."""

from django.conf import settings
from django.urls import path

from accounts.demo import demo_sign_in
from accounts.views import invitations

app_name = "invitations"

urlpatterns = [
    path("invitation/<str:token>/", invitations.accept, name="accept"),
]
if settings.IS_DEMO:
    urlpatterns += [path("demo-sign-in/", demo_sign_in, name="demo_sign_in")]
