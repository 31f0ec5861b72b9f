"""Routes below /app/."""

from django.urls import path

from controls.views import catalogue, parameters

app_name = "controls"
urlpatterns = [
    path("catalogue/", catalogue.editions, name="editions"),
    path("catalogue/<uuid:pk>/", catalogue.edition, name="edition"),
    path("catalogue/<uuid:pk>/chapters/<int:number>/", catalogue.chapter, name="chapter"),
    path("catalogue/<uuid:pk>/publish/", catalogue.publish_edition, name="publish_edition"),
    path("controls/<uuid:pk>/", catalogue.control, name="control"),
    path("parameters/", parameters.parameters, name="parameters"),
    path("parameters/<uuid:pk>/", parameters.parameter, name="parameter"),
    path("parameters/<uuid:pk>/change/", parameters.propose_parameter, name="propose_parameter"),
    path("parameters/<uuid:pk>/publish/", parameters.publish_parameter, name="publish_parameter"),
    path(
        "parameters/<uuid:pk>/withdraw/", parameters.withdraw_parameter, name="withdraw_parameter"
    ),
]
