"""The managers' pages."""

from django.urls import include, path

from kuancheng.reports import views
from kuancheng.reports.answering import views as answering
from kuancheng.reports.bulletin import views as bulletins
from kuancheng.reports.closing import views as closing
from kuancheng.reports.documents import views as documents
from kuancheng.reports.filing import views as filing
from kuancheng.reports.health import views as health
from kuancheng.reports.ladder import views as ladder
from kuancheng.reports.league import views as league
from kuancheng.reports.league_rules import views as league_rules
from kuancheng.reports.matters import bulk, deputies
from kuancheng.reports.matters import figure_views as figures
from kuancheng.reports.matters import views as matters
from kuancheng.reports.meeting import views as meeting
from kuancheng.reports.orders import views as orders
from kuancheng.reports.people import handing
from kuancheng.reports.people import views as people
from kuancheng.reports.permits import views as permits
from kuancheng.reports.programmes import views as programmes
from kuancheng.reports.progress import views as lists
from kuancheng.reports.screen import views as screens
from kuancheng.reports.stopping import views as stopping
from kuancheng.reports.weekly import cadence as cadences
from kuancheng.reports.weekly import decisions as decided
from kuancheng.reports.weekly import items as agenda
from kuancheng.reports.weekly import views as weekly
from kuancheng.reports.year_turn import views as turns

urlpatterns = [
    path("", views.ProgressList.as_view(), name="progress"),
    path("views/", lists.Views.as_view(), name="views"),
    path("views/default/", lists.DefaultView.as_view(), name="view-default"),
    path("views/<int:pk>/", lists.OneView.as_view(), name="view"),
    path("views/<int:pk>/query/", lists.ViewQuery.as_view(), name="view-query"),
    path("views/<int:pk>/delete/", lists.ViewDelete.as_view(), name="view-delete"),
    path("progress.xlsx", views.ProgressExport.as_view(), name="progress-export"),
    path("reporting/", views.Reporting.as_view(), name="reporting"),
    path("reporting/rounds/", filing.Rounds.as_view(), name="rounds"),
    path("reporting/rounds/<slug:month>/", filing.OneRound.as_view(), name="round"),
    path("reporting/rounds/<slug:month>/usual/", filing.UsualRound.as_view(), name="round-usual"),
    path("daily/", views.Daily.as_view(), name="daily"),
    path("overview/", views.Overview.as_view(), name="overview"),
    path("rules/", views.Rules.as_view(), name="rules"),
    path("data-quality/", views.Quality.as_view(), name="quality"),
    path("wall-chart/", views.WallChart.as_view(), name="wall-chart"),
    path("map/", views.MapPage.as_view(), name="map"),
    path("screen/", screens.Screen.as_view(), name="screen"),
    path("screen/now/", screens.ScreenNow.as_view(), name="screen-now"),
    path("screen/<str:token>/", screens.Display.as_view(), name="screen-display"),
    path("screen/<str:token>/now/", screens.DisplayNow.as_view(), name="screen-display-now"),
    path("projects/<slug:code>/", views.ProjectPage.as_view(), name="project"),
    path("projects/<slug:code>/follow/", lists.FollowProject.as_view(), name="follow"),
    path("projects/<slug:code>/brief/", views.ProjectBrief.as_view(), name="project-brief"),
    path("projects/<slug:code>/brief.docx", views.BriefWord.as_view(), name="project-brief-word"),
    path("projects/<slug:code>/answer/", answering.AnswerRed.as_view(), name="answer-red"),
    path("projects/<slug:code>/roster/", people.Roster.as_view(), name="roster"),
    path("projects/<slug:code>/stop/", stopping.BeginStop.as_view(), name="stop-new"),
    path("projects/<slug:code>/close-out/", closing.CloseOutPage.as_view(), name="close-out"),
    path(
        "projects/<slug:code>/close-out/write/",
        closing.WriteCloseOut.as_view(),
        name="close-out-write",
    ),
    path(
        "projects/<slug:code>/close-out/decide/",
        closing.DecideCloseOut.as_view(),
        name="close-out-decide",
    ),
    path("close-outs/", closing.CloseOutList.as_view(), name="close-outs"),
    path("close-outs.xlsx", closing.CloseOutExport.as_view(), name="close-outs-export"),
    path("stops/", stopping.StopList.as_view(), name="stops"),
    path("stops/<int:pk>/<slug:step>/", stopping.TakeStep.as_view(), name="stop-step"),
    path("officials/", people.Officials.as_view(), name="officials"),
    path("officials/<int:pk>/", people.OneOfficial.as_view(), name="official"),
    path("officials/<int:pk>/handover/", handing.HandOver.as_view(), name="hand-over"),
    path("handovers/<int:pk>/", handing.OneHandover.as_view(), name="handover"),
    path("handovers/<int:pk>/undo/", handing.UndoHandover.as_view(), name="handover-undo"),
    path("handovers/<int:pk>/redo/", handing.RedoHandover.as_view(), name="handover-redo"),
    path("agencies/", people.Agencies.as_view(), name="agencies"),
    path("agencies/<int:pk>/", people.OneAgency.as_view(), name="agency"),
    path("programmes/", programmes.Programmes.as_view(), name="programmes"),
    path("programmes/<slug:code>/", programmes.Roster.as_view(), name="programme"),
    path("programmes/<slug:code>/join/", programmes.Join.as_view(), name="programme-join"),
    path(
        "programmes/<slug:code>/stays/<int:pk>/<slug:step>/",
        programmes.StayStep.as_view(),
        name="programme-stay",
    ),
    path("matters/", matters.MatterList.as_view(), name="matters"),
    path("matters.xlsx", matters.MatterExport.as_view(), name="matters-export"),
    path("matters/ledger/", matters.MatterLedger.as_view(), name="matters-ledger"),
    path("matters/bulk/", bulk.BulkStep.as_view(), name="matter-bulk"),
    path("matters/new/", matters.RaiseMatter.as_view(), name="matter-new"),
    path("matters/deputies/", deputies.Deputies.as_view(), name="deputies"),
    path("matters/deputies/<int:pk>/end/", deputies.EndDeputy.as_view(), name="deputy-end"),
    path("matters/rules/", ladder.RulesOfMatters.as_view(), name="matter-rules"),
    path("matters/rules/new/", ladder.SaveMatterRules.as_view(), name="matter-rules-new"),
    path("matters/rules/<int:pk>/", ladder.SaveMatterRules.as_view(), name="matter-rules-change"),
    path("matters/figures/", figures.MatterFigures.as_view(), name="matter-figures"),
    path("matters/figures/list/", figures.MatterFiguresList.as_view(), name="matter-figures-list"),
    path("matters/<int:pk>/", matters.MatterPage.as_view(), name="matter"),
    path("matters/<int:pk>/edit/", matters.EditMatter.as_view(), name="matter-edit"),
    path("matters/<int:pk>/order/", orders.IssueOrder.as_view(), name="matter-order"),
    path("matters/<int:pk>/<slug:step>/", matters.TakeStep.as_view(), name="matter-step"),
    path("orders/", orders.OrderList.as_view(), name="orders"),
    path("orders/<int:pk>/", orders.OrderPage.as_view(), name="order"),
    path("orders/<int:pk>.docx", orders.OrderWord.as_view(), name="order-word"),
    path(
        "orders/<int:pk>/acknowledge/",
        orders.AcknowledgeOrder.as_view(),
        name="order-acknowledge",
    ),
    path("documents/templates/", documents.Templates.as_view(), name="office-templates"),
    path("documents/templates/starter.docx", documents.Starter.as_view(), name="template-starter"),
    path(
        "documents/templates/<int:pk>.docx",
        documents.TemplateDownload.as_view(),
        name="template-download",
    ),
    path(
        "documents/templates/<int:pk>/sample.docx",
        documents.TemplateSample.as_view(),
        name="template-sample",
    ),
    path(
        "documents/templates/<int:pk>/withdraw/",
        documents.WithdrawTemplate.as_view(),
        name="template-withdraw",
    ),
    path("documents/sample/", documents.Sample.as_view(), name="document-sample"),
    path("documents/sample.docx", documents.SampleWord.as_view(), name="document-sample-word"),
    path("permits/", permits.PermitList.as_view(), name="permits"),
    path("permits.xlsx", permits.PermitExport.as_view(), name="permits-export"),
    path("permits/<int:pk>/extend/", permits.ExtendPermit.as_view(), name="permit-extend"),
    path(
        "permits/extensions/<int:pk>/correct/",
        permits.CorrectExtension.as_view(),
        name="extension-correct",
    ),
    path(
        "permits/extensions/<int:pk>/withdraw/",
        permits.WithdrawExtension.as_view(),
        name="extension-withdraw",
    ),
    path("year-turn/", turns.TurnNow.as_view(), name="year-turn-now"),
    path("year-turn/<int:year>/", turns.Turn.as_view(), name="year-turn"),
    path("year-turn/<int:year>.xlsx", turns.TurnExport.as_view(), name="year-turn-export"),
    path("year-turns/<int:pk>/", turns.OneTurn.as_view(), name="year-turn-record"),
    path("year-turns/<int:pk>/undo/", turns.UndoTurn.as_view(), name="year-turn-undo"),
    path("year-turns/<int:pk>/redo/", turns.RedoTurn.as_view(), name="year-turn-redo"),
    path("reviews/", weekly.ReviewList.as_view(), name="weekly-reviews"),
    path("reviews/new/", weekly.NewReview.as_view(), name="weekly-new"),
    path("reviews/cadence/", cadences.CadencePage.as_view(), name="weekly-cadence"),
    path("reviews/cadence/new/", cadences.SaveCadence.as_view(), name="weekly-cadence-new"),
    path(
        "reviews/cadence/<int:pk>/",
        cadences.SaveCadence.as_view(),
        name="weekly-cadence-change",
    ),
    path("reviews/items/<int:pk>/", agenda.PressItem.as_view(), name="weekly-item"),
    path("reviews/items/<int:pk>/decide/", decided.Decide.as_view(), name="weekly-decide"),
    path("reviews/seats/<int:pk>/", agenda.MarkSeat.as_view(), name="weekly-seat"),
    path(
        "reviews/decisions/<int:pk>/correct/",
        decided.CorrectDecision.as_view(),
        name="weekly-correct",
    ),
    path(
        "reviews/decisions/<int:pk>/withdraw/",
        decided.WithdrawDecision.as_view(),
        name="weekly-withdraw",
    ),
    path("reviews/<int:year>-<int:serial>/", weekly.ReviewPage.as_view(), name="weekly-review"),
    path(
        "reviews/<int:year>-<int:serial>/minutes/",
        weekly.Minutes.as_view(),
        name="weekly-minutes",
    ),
    path(
        "reviews/<int:year>-<int:serial>/minutes.docx",
        weekly.MinutesWord.as_view(),
        name="weekly-minutes-word",
    ),
    path(
        "reviews/<int:year>-<int:serial>/change/",
        weekly.ChangeReview.as_view(),
        name="weekly-change",
    ),
    path(
        "reviews/<int:year>-<int:serial>/cancel/",
        weekly.CancelReview.as_view(),
        name="weekly-cancel",
    ),
    path("reviews/<int:year>-<int:serial>/items/", agenda.AddItem.as_view(), name="weekly-add"),
    path(
        "reviews/<int:year>-<int:serial>/chair/",
        agenda.ChangeChair.as_view(),
        name="weekly-chair",
    ),
    path("reviews/<int:year>-<int:serial>/seats/", agenda.AddSeat.as_view(), name="weekly-seats"),
    path(
        "reviews/<int:year>-<int:serial>/steps/<slug:step>/",
        weekly.TakeStep.as_view(),
        name="weekly-step",
    ),
    path(
        "reviews/<int:year>-<int:serial>/run/",
        include(
            [
                path("", meeting.Run.as_view(), name="weekly-run"),
                path("slide/", meeting.Slide.as_view(), name="weekly-run-slide"),
                path("standing/", meeting.Standing.as_view(), name="weekly-run-standing"),
                path("decide/", meeting.Decide.as_view(), name="weekly-run-decide"),
                path("mark/", meeting.Mark.as_view(), name="weekly-run-mark"),
                path("attend/", meeting.Attend.as_view(), name="weekly-run-attend"),
                path("begin/", meeting.Step.as_view(), name="weekly-run-begin"),
                path("end/", meeting.Step.as_view(ends=True), name="weekly-run-end"),
            ]
        ),
    ),
    path("league/", league.LeaguePage.as_view(), name="league"),
    path("league.xlsx", league.LeagueExport.as_view(), name="league-export"),
    path("league/draw-up/", league.DrawUp.as_view(), name="league-draw-up"),
    path("league/publications/<int:pk>/publish/", league.Publish.as_view(), name="league-publish"),
    path("league/entrants/<slug:entrant>/", league.OneEntrant.as_view(), name="league-entrant"),
    path("league/entrants/<slug:entrant>/object/", league.Object.as_view(), name="league-object"),
    path("league/objections/<int:pk>/", league.OneObjection.as_view(), name="league-objection"),
    path("league/entries/", league.Entries.as_view(), name="league-entries"),
    path("league/entries/new/<int:pk>/", league.AddEntry.as_view(), name="league-entry-new"),
    path(
        "league/entries/<int:pk>/<slug:step>/",
        league.EntryStep.as_view(),
        name="league-entry-step",
    ),
    path("league/rules/", league_rules.RulesOfLeague.as_view(), name="league-rules"),
    path("league/rules/<int:pk>/", league_rules.ChangeRules.as_view(), name="league-rules-change"),
    path("league/groups/new/", league_rules.SaveGroup.as_view(), name="league-group-new"),
    path("league/groups/<int:pk>/", league_rules.ChangeGroup.as_view(), name="league-group"),
    path(
        "league/groups/<int:pk>/rules/new/",
        league_rules.NewRules.as_view(),
        name="league-rules-new",
    ),
    path("bulletins/", bulletins.Bulletins.as_view(), name="bulletins"),
    path("bulletins/draft/", bulletins.Draft.as_view(), name="bulletin-draft"),
    path("bulletins/<slug:month>/", bulletins.OneBulletin.as_view(), name="bulletin"),
    path("bulletins/<slug:month>/preview/", bulletins.Preview.as_view(), name="bulletin-preview"),
    path("bulletins/<slug:month>/heads/", bulletins.Heads.as_view(), name="bulletin-heads"),
    path(
        "bulletins/<slug:month>/steps/<slug:step>/",
        bulletins.TakeStep.as_view(),
        name="bulletin-step",
    ),
    path(
        "bulletins/<slug:month>/lacks/<slug:code>/",
        bulletins.PassLack.as_view(),
        name="bulletin-lack",
    ),
    path(
        "bulletins/<slug:month>/add/<slug:section>/",
        bulletins.AddParagraph.as_view(),
        name="bulletin-add",
    ),
    path(
        "bulletins/<slug:month>/paragraphs/<int:pk>/<slug:way>/",
        bulletins.ChangeParagraph.as_view(),
        name="bulletin-paragraph",
    ),
    path(
        "bulletins/<slug:month>/files/<slug:kind>/",
        bulletins.KeptFile.as_view(),
        name="bulletin-file",
    ),
    path(
        "bulletins/<slug:month>/errata/",
        bulletins.ProposeErratum.as_view(),
        name="bulletin-erratum-new",
    ),
    path(
        "bulletins/<slug:month>/errata/<int:pk>/<slug:step>/",
        bulletins.DecideErratum.as_view(),
        name="bulletin-erratum-step",
    ),
    path("evidence/<uuid:token>/", views.EvidenceFile.as_view(), name="evidence"),
    path("search/", views.Search.as_view(), name="search"),
    path("help/", views.Help.as_view(), name="help"),
    path("help/terms/", views.Terms.as_view(), name="terms"),
    path("start/", views.FirstDay.as_view(), name="start"),
    path("favicon.ico", views.favicon),
    path("status/", health.Health.as_view(), name="health"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
