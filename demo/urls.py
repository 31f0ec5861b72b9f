"""Routes of the demo, mounted by the demo settings alone."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.tools, name="tools"),
    path("declarations/<uuid:pk>/fill/", views.fill_draft, name="fill"),
]
