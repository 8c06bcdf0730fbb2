from django.urls import path, re_path

from feedback.access_links import views as links
from feedback.answers import views as answering
from feedback.nominations import views as confirming
from feedback.praise import views as between
from feedback.rounds import board_views as board
from feedback.rounds import list_views as lists
from feedback.rounds import views as rounds

app_name = "feedback"

urlpatterns = [
    path("f/<str:token>/", links.open_link, name="link"),
    re_path(r"^f/(?P<token>[^/]*)/?(?P<rest>.*)$", links.open_link, name="bent_link"),
    path("feedback/thanks/", answering.thanks, name="thanks"),
    path("feedback/declined/", answering.declined, name="declined"),
    path("feedback/answer/<uuid:pk>/", answering.introduction, name="request"),
    path("feedback/answer/<uuid:pk>/<int:number>/", answering.step, name="step"),
    path("feedback/answer/<uuid:pk>/save/", answering.autosave, name="autosave"),
    path("feedback/answer/<uuid:pk>/check/", answering.check, name="check"),
    path("feedback/answer/<uuid:pk>/decline/", answering.decline, name="decline"),
    path("feedback/answer/<uuid:pk>/code/", answering.code, name="code"),
    path("feedback/", lists.overview, name="list"),
    path("feedback/older/<slug:name>/", lists.older, name="older"),
    path("feedback/rounds/<uuid:pk>/", rounds.detail, name="round"),
    path("feedback/rounds/<uuid:pk>/propose/", rounds.propose, name="propose"),
    path("feedback/rounds/<uuid:pk>/send/", rounds.send_list, name="send_list"),
    path("feedback/rounds/<uuid:pk>/return/", rounds.return_list, name="return_list"),
    path("feedback/rounds/<uuid:pk>/approve/", rounds.approve, name="approve"),
    path("feedback/rounds/<uuid:pk>/results/", rounds.results, name="results"),
    path("feedback/rounds/<uuid:pk>/results.csv", rounds.results_table, {"kind": "csv"}, name="results_csv"),
    path("feedback/rounds/<uuid:pk>/results.xlsx", rounds.results_table, {"kind": "xlsx"}, name="results_xlsx"),
    path("feedback/rounds/<uuid:pk>/texts/<uuid:text>/hide/", rounds.hide, name="hide"),
    path("feedback/requests/<uuid:pk>/remove/", rounds.remove, name="remove"),
    path("feedback/board/", board.board, name="board"),
    path("feedback/requests/<uuid:pk>/confirm/", board.confirm, name="confirm"),
    path("feedback/requests/<uuid:pk>/ask-to-confirm/", confirming.ask_to_confirm, name="ask_to_confirm"),
    path("feedback/requests/<uuid:pk>/vouch/", confirming.vouch, name="vouch"),
    path("feedback/requests/<uuid:pk>/address/", board.address, name="address"),
    path("feedback/requests/<uuid:pk>/replace/", board.replace, name="replace"),
    path("feedback/praise/", between.praise, name="praise"),
    path("feedback/praise/<uuid:pk>/", between.praise_detail, name="praise_detail"),
    path("feedback/ask/", between.ask, name="ask"),
    path("feedback/asks/<uuid:pk>/", between.ask_detail, name="ask_detail"),
    path("feedback/asks/<uuid:pk>/decline/", between.ask_decline, name="ask_decline"),
]
