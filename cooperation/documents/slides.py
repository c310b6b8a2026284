"""A board's session as a PowerPoint file: charts and tables that stay editable, notes for the speaker."""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Emu, Length, Pt

from cooperation.answers.slide import Bars, Lines, Picture, Points, Session, Slide, Table, Unit, stretches
from cooperation.documents import stage
from cooperation.documents.stage import Box
from cooperation.language import Language, T
from cooperation.palette import Palette, palette

AUTHOR = "Samenwerkingsmonitor"
INVENTED = T("Invented data: a demonstration, no figure is real")
EMU_A_PIXEL = 9525
POINTS_A_PIXEL = 0.75
SECONDS_A_DAY = 86_400
TITLE_ONLY = 5
LOCALES = {"nl": "nl-BE", "fr": "fr-BE", "en": "en-GB"}
# Excel keeps a time as a part of a day: so a chart shows minutes and seconds, and a cell opens as a time.
NUMBER_FORMATS: Mapping[Unit, str] = {
    "duration": "[m]:ss",
    "percent": "0.0%",
    # The picture's title says that it is euro: with its sign, labels break over two lines.
    "money": "#,##0",
    "number": "#,##0",
}
# Steps of a time axis, in seconds, of which the first that needs at most six is taken.
TIME_STEPS = (30, 60, 120, 300, 600, 1_200, 3_600)
MOST_STEPS = 6
# On Windows and macOS, and with a face of the same widths in LibreOffice.
FACE = "Arial"
# The axis reaches past the longest bar, for the figure that stands behind it.
ROOM_FOR_LABELS = 2.0
MARKER_POINTS = 5


def slides_bytes(sessions: Sequence[Session]) -> bytes:
    """Return the slides of one or more sessions, one language after another, as a .pptx file."""
    file: Any = Presentation()
    file.slide_width, file.slide_height = Emu(stage.WIDTH * EMU_A_PIXEL), Emu(stage.HEIGHT * EMU_A_PIXEL)
    first = sessions[0]
    _say_of_itself(file.core_properties, first)
    for session in sessions:
        slides = [part for slide in session.slides for part in stage.parts_of(slide)]
        for place, slide in enumerate(slides, 1):
            _Writer(file, session, palette()).write(slide, f"{place}/{len(slides)}")
    _name_notes_master(file)
    # Left from python-pptx's own file: a shape of 4:3 beside the measures of this one.
    file.element.sldSz.attrib.pop("type", None)
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def _say_of_itself(properties: Any, session: Session) -> None:
    """Fill a file's properties; what is left alone would name the author and the year of python-pptx's own file."""
    opening = session.slides[0].statement if session.slides else ""
    properties.title = f"{session.title}: {opening}" if opening else session.title
    properties.author = properties.last_modified_by = AUTHOR
    properties.language = LOCALES[session.language.code]
    properties.subject = session.language.say(INVENTED) if session.is_demonstration else session.source
    properties.comments = ""
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)


def _name_notes_master(file: Any) -> None:
    """Have a file list the master of its notes, which python-pptx adds and does not list."""
    if not file.slides:
        return
    relation = file.part.relate_to(file.notes_master.part, RT.NOTES_MASTER)
    listed = file.element.makeelement(qn("p:notesMasterIdLst"))
    listed.append(listed.makeelement(qn("p:notesMasterId"), {qn("r:id"): relation}))
    file.element.sldMasterIdLst.addnext(listed)


class _Writer:
    """One slide of a file in the language and the colours of its session."""

    def __init__(self, file: Any, session: Session, colours: Palette) -> None:
        self._session = session
        self._language: Language = session.language
        self._colours = colours
        self._slide: Any = file.slides.add_slide(file.slide_layouts[TITLE_ONLY])

    def write(self, slide: Slide, number: str) -> None:
        """Write a slide: its statement, figure, verdict, picture, what is counted, footer and notes."""
        if slide.key == "title":
            self._statement(slide.statement, stage.TITLE_STATEMENT, 64)
            self._text(slide.counted, stage.TITLE_AUDIENCE, 36)
        else:
            self._statement(slide.statement, stage.STATEMENT, stage.LARGEST_STATEMENT)
            self._text(slide.counted, stage.COUNTED, stage.SMALLEST)
        if slide.figure is not None:
            self._figure(slide)
        if slide.picture is not None:
            self._picture(slide, slide.picture)
        self._frame_of_slide(number)
        self._notes(notes_text(slide, self._session))

    def _statement(self, text: str, box: Box, largest: int) -> None:
        title = self._slide.shapes.title
        title.left, title.top, title.width, title.height = _measures(box)
        _prepare(title.text_frame, MSO_ANCHOR.BOTTOM)
        size = stage.fitting_size(text, box, largest)
        self._fill(title.text_frame, text, size, is_bold=True)

    def _figure(self, slide: Slide) -> None:
        figure, judgement = slide.figure, slide.judgement
        assert figure is not None
        self._text(figure.label, stage.FIGURE_LABEL, stage.SMALLEST, anchor=MSO_ANCHOR.BOTTOM)
        size = stage.figure_size(figure.figure)
        self._text(figure.figure, stage.FIGURE_BOX, size, is_bold=True, colour=self._colours.after)
        if judgement is not None:
            self._text(judgement.said, stage.VERDICT, 30, is_bold=True)
        text = "\n".join(stage.said_of_figure(slide))
        self._text(text, stage.CHANGE, stage.fitting_size(text, stage.CHANGE, stage.SENTENCE))

    def _picture(self, slide: Slide, picture: Picture) -> None:
        is_wide = slide.figure is None
        title_box = stage.WIDE_PICTURE_TITLE if is_wide else stage.PICTURE_TITLE
        box = stage.picture_box(slide)
        title = slide.picture_title
        if isinstance(picture, Bars | Lines) and picture.unit == "duration":
            title = self._language.say(T("{title} (minutes:seconds)", title=title))
        if title:
            self._text(title, title_box, stage.SMALLEST, anchor=MSO_ANCHOR.BOTTOM)
        if slide.picture_remark:
            self._text(slide.picture_remark, stage.REMARK, stage.SMALLEST)
        match picture:
            case Bars():
                chart = self._chart(XL_CHART_TYPE.BAR_CLUSTERED, _bar_data(picture), box, slide.alternative)
                self._style_bars(chart, picture)
            case Lines():
                data = _line_data(picture)
                chart = self._chart(XL_CHART_TYPE.LINE, data, box, slide.alternative)
                self._style_lines(chart, picture)
            case Table():
                self._table(picture, box, slide.alternative)
            case Points():
                self._points(picture, box)

    def _chart(self, kind: XL_CHART_TYPE, data: Any, box: Box, alternative: str) -> Any:
        frame = self._slide.shapes.add_chart(kind, *_measures(box), data)
        _describe(frame, alternative)
        chart = frame.chart
        chart.font.size = _points(stage.SMALLEST)
        chart.font.name = FACE
        chart.font.color.rgb = _colour(self._colours.text)
        chart.has_title = False
        return chart

    def _style_bars(self, chart: Any, bars: Bars) -> None:
        plot = chart.plots[0]
        plot.gap_width = 45
        plot.overlap = -5 if stage.has_pairs(bars) else 100
        # Each bar carries its phase and its figure: programs differ in the order of a legend.
        chart.has_legend = False
        axis = chart.category_axis
        axis.reverse_order = True
        axis.has_major_gridlines = False
        axis.format.line.color.rgb = _colour(self._colours.line)
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        # Zero is where bars begin.
        chart.value_axis.visible = False
        chart.value_axis.has_major_gridlines = False
        known = [chart_value(value, bars.unit) or 0.0 for series in bars.series for value in series.values]
        chart.value_axis.minimum_scale = ROOM_FOR_LABELS * min(0.0, *known)
        chart.value_axis.maximum_scale = ROOM_FOR_LABELS * max(0.0, *known) or 1.0
        for series, drawn in zip(bars.series, plot.series, strict=True):
            drawn.format.fill.solid()
            drawn.format.fill.fore_color.rgb = _colour(self._colours.phase(series.phase))
            drawn.invert_if_negative = False
            labels = drawn.data_labels
            labels.show_value = labels.show_series_name = True
            _separate(labels)
            labels.number_format, labels.number_format_is_linked = (
                NUMBER_FORMATS[bars.unit],
                False,
            )
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
            labels.font.size = _points(stage.SMALLEST)
            labels._element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("wrap", "none")

    def _style_lines(self, chart: Any, lines: Lines) -> None:
        chart.has_legend = True
        self._legend(chart)
        axis = chart.category_axis
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "yyyy", False
        axis.has_major_gridlines = False
        axis.format.line.color.rgb = _colour(self._colours.line)
        _yearly_ticks(axis)
        value_axis = chart.value_axis
        step = _time_step(lines)
        value_axis.minimum_scale = 0
        value_axis.major_unit = step
        value_axis.maximum_scale = step * math.ceil(_highest(lines) / step + 1e-9)
        value_axis.tick_labels.number_format = NUMBER_FORMATS[lines.unit]
        value_axis.tick_labels.number_format_is_linked = False
        value_axis.major_gridlines.format.line.color.rgb = _colour(self._colours.line)
        for series, drawn in zip(lines.series, chart.plots[0].series, strict=True):
            drawn.smooth = False
            drawn.format.line.color.rgb = _colour(self._colours.phase(series.phase))
            drawn.format.line.width = Pt(3)
            # A month alone has no line to it.
            drawn.marker.style = (
                XL_MARKER_STYLE.CIRCLE
                if any(len(stretch) == 1 for stretch in stretches(series.values))
                else XL_MARKER_STYLE.NONE
            )
            drawn.marker.size = MARKER_POINTS
            drawn.marker.format.fill.solid()
            drawn.marker.format.fill.fore_color.rgb = _colour(self._colours.phase(series.phase))
            drawn.marker.format.line.color.rgb = _colour(self._colours.phase(series.phase))

    def _legend(self, chart: Any) -> None:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = _points(stage.SMALLEST)

    def _table(self, table: Table, box: Box, alternative: str) -> None:
        shape = self._slide.shapes.add_table(1 + len(table.rows), len(table.head), *_measures(box))
        _describe(shape, alternative)
        drawn = shape.table
        widths = stage.column_widths(table, box.width, table.size)
        for place, width in enumerate(widths):
            drawn.columns[place].width = Emu(width * EMU_A_PIXEL)
        for row_place, row in enumerate((table.head, *table.rows)):
            drawn.rows[row_place].height = Emu(stage.row_height(row, widths, table.size) * EMU_A_PIXEL)
            for place, text in enumerate(row):
                cell = drawn.cell(row_place, place)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.margin_left = cell.margin_right = Emu(stage.CELL_MARGIN * EMU_A_PIXEL)
                cell.margin_top = cell.margin_bottom = 0
                cell.fill.solid()
                is_head = row_place == 0
                cell.fill.fore_color.rgb = _colour(
                    self._colours.surface if is_head else self._colours.background
                )
                align = PP_ALIGN.RIGHT if table.is_figure[place] else PP_ALIGN.LEFT
                self._fill(cell.text_frame, text, table.size, is_bold=is_head, align=align)

    def _points(self, points: Points, box: Box) -> None:
        shape = self._slide.shapes.add_textbox(*_measures(box))
        _prepare(shape.text_frame)
        text = "\n".join(f"• {sentence}" for sentence in points.sentences)
        size = stage.fitting_size(text, box, 32)
        self._fill(shape.text_frame, text, size)
        for paragraph in shape.text_frame.paragraphs:
            paragraph.space_after = _points(12)

    def _frame_of_slide(self, number: str) -> None:
        if self._session.is_demonstration:
            text = self._language.say(INVENTED)
            self._text(text, stage.DEMONSTRATION, stage.SMALLEST, is_bold=True, colour=self._colours.text)
        footer = footer_text(self._session)
        self._text(footer, stage.FOOTER, stage.SMALLEST)
        self._text(number, stage.PAGE_NUMBER, stage.SMALLEST, align=PP_ALIGN.RIGHT)

    def _notes(self, text: str) -> None:
        frame = self._slide.notes_slide.notes_text_frame
        frame.text = text
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                self._spell(run)

    def _spell(self, run: Any) -> None:
        run._r.get_or_add_rPr().set("lang", LOCALES[self._language.code])

    def _text(
        self,
        text: str,
        box: Box,
        size: int,
        *,
        is_bold: bool = False,
        colour: str | None = None,
        align: PP_ALIGN = PP_ALIGN.LEFT,
        anchor: MSO_ANCHOR = MSO_ANCHOR.TOP,
    ) -> None:
        shape = self._slide.shapes.add_textbox(*_measures(box))
        _prepare(shape.text_frame, anchor)
        self._fill(shape.text_frame, text, size, is_bold=is_bold, colour=colour, align=align)

    def _fill(
        self,
        frame: Any,
        text: str,
        size: int,
        *,
        is_bold: bool = False,
        colour: str | None = None,
        align: PP_ALIGN = PP_ALIGN.LEFT,
    ) -> None:
        frame.word_wrap = True
        for place, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = align
            run = paragraph.add_run()
            run.text = line
            run.font.size = _points(size)
            run.font.bold = is_bold
            run.font.name = FACE
            run.font.color.rgb = _colour(colour or self._colours.text)
            self._spell(run)


def footer_text(session: Session) -> str:
    """Return what stands under every slide: the zones, or the association where they are too many, and how far."""
    for name in (session.zones, session.title):
        text = f"{name} · {session.source}"
        if stage.line_count(text, stage.FOOTER.width, stage.SMALLEST) == 1:
            return text
    return session.source


def notes_text(slide: Slide, session: Session) -> str:
    """Return what the speaker reads under a slide."""
    paragraphs = [f"{headed(heading, session.language)} {said}" for heading, said in slide.note]
    if session.is_demonstration:
        paragraphs.insert(0, session.language.say(INVENTED))
    return "\n".join(paragraphs)


def headed(heading: str, language: Language) -> str:
    """Return the head of a paragraph, with its colon as the language sets it."""
    return language.say(T("{heading}:", heading=heading.removesuffix(".")))


def chart_value(value: float | None, unit: Unit) -> float | None:
    """Return a figure as a chart's sheet holds it: a time as a part of a day, anything else as it is.

    Rounded up at the twelfth decimal, a ten-millionth of a second: half a second must not be shown as less than half.
    """
    if value is None or unit != "duration":
        return value
    return math.ceil(value / SECONDS_A_DAY * 1e12) / 1e12


def _bar_data(bars: Bars) -> Any:
    data: Any = CategoryChartData(number_format=NUMBER_FORMATS[bars.unit])
    data.categories = bars.categories
    for series in bars.series:
        data.add_series(series.name, [chart_value(value, bars.unit) for value in series.values])
    return data


def _line_data(lines: Lines) -> Any:
    data: Any = CategoryChartData(number_format=NUMBER_FORMATS[lines.unit])
    data.categories = lines.months
    for series in lines.series:
        name = f"{series.name} ({lines.start_label})" if series.phase == "after" else series.name
        data.add_series(name, [chart_value(value, lines.unit) for value in series.values])
    return data


def _highest(lines: Lines) -> float:
    values = (chart_value(value, lines.unit) or 0.0 for series in lines.series for value in series.values)
    return max(values, default=0.0)


def _time_step(lines: Lines) -> float:
    """Return the distance between the marks of a time axis, as a part of a day."""
    steps = [step / SECONDS_A_DAY for step in TIME_STEPS]
    return next((step for step in steps if _highest(lines) / step <= MOST_STEPS), steps[-1])


def _yearly_ticks(axis: Any) -> None:
    """Have an axis of days name its years; python-pptx knows no unit of such an axis."""
    element = axis._element
    element.find(qn("c:baseTimeUnit")).set("val", "months")
    for name, value in (("c:majorUnit", "1"), ("c:majorTimeUnit", "years")):
        element.append(element.makeelement(qn(name), {"val": value}))


def _separate(labels: Any) -> None:
    """Have a bar's label set a space between the name of its series and its figure; python-pptx knows none."""
    element = labels._element
    separator = element.makeelement(qn("c:separator"))
    separator.text = " "
    element.find(qn("c:showBubbleSize")).addnext(separator)


def _prepare(frame: Any, anchor: MSO_ANCHOR = MSO_ANCHOR.TOP) -> None:
    """Have a text fill its box to the edges, from the top unless told otherwise."""
    frame.vertical_anchor = anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _describe(shape: Any, alternative: str) -> None:
    shape._element._nvXxPr.cNvPr.set("descr", alternative)


def _measures(box: Box) -> tuple[Length, Length, Length, Length]:
    left, top, width, height = (
        Emu(pixels * EMU_A_PIXEL) for pixels in (box.left, box.top, box.width, box.height)
    )
    return left, top, width, height


def _points(pixels: float) -> Length:
    return Pt(pixels * POINTS_A_PIXEL)


def _colour(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#"))
