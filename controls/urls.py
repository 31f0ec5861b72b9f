"""Routes below /app/."""

from django.urls import path

from controls.views import catalogue, comparison, lineage, parameters, text_import

app_name = "controls"

LINEAGE = [
    path("catalogue/lineages/", lineage.lineages, name="lineages"),
    path("catalogue/lineages/new/", lineage.propose, name="lineage-propose"),
    path("catalogue/lineages/<uuid:pk>/", lineage.lineage, name="lineage"),
    path("catalogue/lineages/<uuid:pk>/publish/", lineage.publish, name="lineage-publish"),
    path("catalogue/lineages/<uuid:pk>/lines/new/", lineage.add_line, name="lineage-line-add"),
    path("catalogue/lineages/<uuid:pk>/lines/<int:line>/", lineage.line, name="lineage-line"),
    path(
        "catalogue/lineages/<uuid:pk>/lines/<int:line>/remove/",
        lineage.remove_line,
        name="lineage-line-remove",
    ),
]

TEXTS = [
    path("catalogue/texts/", text_import.text_imports, name="text-imports"),
    path("catalogue/texts/new/", text_import.new_import, name="text-import-new"),
    path("catalogue/texts/<uuid:pk>/", text_import.text_import, name="text-import"),
    path("catalogue/texts/<uuid:pk>/status/", text_import.status, name="text-import-status"),
    path("catalogue/texts/<uuid:pk>/review/", text_import.review, name="text-import-review"),
    path("catalogue/<uuid:pk>/comparison/", comparison.comparison, name="comparison"),
    path("catalogue/<uuid:pk>/comparison/propose/", comparison.propose, name="comparison-propose"),
    path("catalogue/<uuid:pk>/comparison/confirm/", comparison.confirm, name="comparison-confirm"),
]

urlpatterns = [
    *LINEAGE,
    *TEXTS,
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
