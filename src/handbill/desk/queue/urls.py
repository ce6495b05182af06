"""Addresses of the pages where people judge; what they name is hidden (addresses.py)."""

from django.urls import path, register_converter

from handbill.desk.queue import batches, judging, lists, pens, reading, records, searches, tools
from handbill.desk.queue.addresses import LetterConverter, PenConverter
from handbill.desk.queue.searches import QuestionConverter

register_converter(LetterConverter, "letter")
register_converter(PenConverter, "pen")
register_converter(QuestionConverter, "question")

urlpatterns = [
    path("queue/", reading.queue, name="queue"),
    path("queue/next/", reading.take, name="next"),
    path("queue/keys/", reading.keys, name="keys"),
    path("undo/", judging.undo, name="undo"),
    path("letter/<letter:letter>/", reading.letter, name="letter"),
    path("letter/<letter:letter>/judge/", judging.judge, name="judge"),
    path("letter/<letter:letter>/pick/", judging.pick, name="pick"),
    path("letter/<letter:letter>/hand/", judging.hand, name="hand"),
    path("letter/<letter:letter>/claim/", judging.claim, name="claim"),
    path("letter/<letter:letter>/draft/", judging.draft, name="draft"),
    path("letter/<letter:letter>/let-go/", judging.let_go, name="let_go"),
    path("letter/<letter:letter>/no-yes/", judging.take_back_yes, name="no_yes"),
    path("letter/<letter:letter>/answer/", judging.answer, name="answer"),
    path("letter/<letter:letter>/audited/", judging.audited, name="audited"),
    path("letter/<letter:letter>/erase/", judging.erase, name="erase"),
    path("appeals/", lists.appeals, name="appeals"),
    path("search/", searches.search, name="search"),
    path("search/<question:question>/", searches.found, name="found"),
    path("story/<slug:story>/", lists.story, name="story"),
    path("story/<slug:story>/close/", lists.close, name="story_close"),
    path("batches/", batches.batches, name="batches"),
    path("batches/draw/", batches.draw, name="batch_draw"),
    path("batches/<int:number>/", batches.batch, name="batch"),
    path("batches/<int:number>/read/", batches.read, name="batch_read"),
    path("batches/<int:number>/approve/", batches.approve, name="batch_approve"),
    path("batches/<int:number>/give-up/", batches.give_up, name="batch_give_up"),
    path("audits/", batches.audits, name="audits"),
    path("pens/", pens.pens, name="pens"),
    path("pen/<pen:pen>/", pens.pen, name="pen"),
    path("pen/<pen:pen>/act/", pens.act, name="pen_act"),
    path("pen/<pen:pen>/stop/", pens.stop, name="pen_stop"),
    path("log/", records.log_page, name="log"),
    path("log/check/", records.check, name="log_check"),
    path("figures/", records.figures_page, name="figures"),
    path("figures/decisions.csv", records.figures_csv, name="figures_csv"),
    path("hits/", records.hits, name="hits"),
    path("hits/hits.csv", records.hits_csv, name="hits_csv"),
    path("newsroom/", tools.tools, name="tools"),
    path("newsroom/take-in/", tools.take_in, name="take_in"),
    path("newsroom/hand-over/", tools.hand_over, name="hand_over"),
    path("newsroom/names/", tools.names, name="names"),
    path("newsroom/transcribe/", tools.transcribe, name="transcribe"),
]
