// The worst mistakes, to hear and to see, and the clips that the network finds hardest, whose labels may be wrong.
using System.Text;
using NativeCnn.Model.Data;

namespace NativeCnn.Model.Reports;

/// <summary>Shows single clips.</summary>
internal static class ClipSections
{
    public static void Append(HtmlPage page, IReadOnlyList<string> labels, ReportClips clips, string measuredOn)
    {
        AppendMistakes(page, labels, clips, measuredOn);
        AppendHardest(page, labels, clips, measuredOn);
    }

    /// <summary>A clip by its path, and by its place in it where it is a part.</summary>
    public static string NameOf(ClipEntry entry) => entry.Segment is { } part
        ? entry.RelativePath + Html.Invariant($", {part.Start:0.###} to {part.End:0.###} s")
        : entry.RelativePath;

    private static void AppendMistakes(
        HtmlPage page, IReadOnlyList<string> labels, ReportClips clips, string measuredOn)
    {
        page.Section("mistakes", "Worst mistakes");
        if (clips.MistakesInAll == 0)
        {
            page.Paragraph($"None: every clip was given its own class, or labels ({Html.Escape(measuredOn)}).");
            return;
        }

        page.Paragraph(Html.Escape(
            $"Of {Html.Counted(clips.MistakesInAll, "mistake", "mistakes")} those that the network is surest of, at " +
            $"most three of the same two classes; {measuredOn}."));
        if (!clips.HasSounds)
        {
            page.Paragraph(
                "Their sounds and pictures are added when the training ends or is interrupted; until then, their " +
                "names:");
            page.Table(
                "Worst mistakes",
                ColumnsOf(clips),
                clips.Mistakes.Select(one => Cells(one, labels, clips)),
                words: WordsOf(clips));
            return;
        }

        page.Paragraph(Html.Escape(LeftOut(clips)));
        AppendCards(page, clips.Mistakes, clips, labels, "mistake");
    }

    private static void AppendCards(
        HtmlPage page, IReadOnlyList<ReportClip> shown, ReportClips clips, IReadOnlyList<string> labels, string id)
    {
        StringBuilder html = new("<ul class=\"cards\">\n");
        for (int i = 0; i < shown.Count; i++)
        {
            AppendCard(html, shown[i], SentenceOf(shown[i], clips, labels), $"{id}-{i + 1}");
        }

        page.Raw(html.Append("</ul>").ToString());
    }

    private static string LeftOut(ReportClips clips)
    {
        int shown = clips.Mistakes.Count;
        int heard = clips.Mistakes.Count(one => one.Sound?.Wav is not null);
        string text = $"{Html.Counted(shown, "clip is", "clips are")} shown, " + (shown == clips.MistakesInAll
            ? "which is all"
            : $"{Html.Count(clips.MistakesInAll - shown)} left out");
        return text + (heard == shown
            ? "."
            : $"; {Html.Counted(shown - heard, "sound is", "sounds are")} left out, because the page would be larger " +
                "than 5 MB, the clip could not be read again, or the training was interrupted.");
    }

    private static void AppendCard(StringBuilder html, ReportClip clip, string sentence, string id)
    {
        string name = Html.Escape(NameOf(clip.Entry));
        html.Append($"<li id=\"{id}\">\n<h3 dir=\"auto\">{name}</h3>\n");
        if (clip.Sound is { } sound)
        {
            html.Append($"<img alt=\"{Html.Escape(sound.PictureLabel)}\" src=\"data:image/png;base64,");
            html.Append(Convert.ToBase64String(sound.Picture)).Append("\" />\n");
            if (sound.Wav is not null)
            {
                html.Append($"<audio controls=\"controls\" aria-label=\"Sound of {name}\" ");
                html.Append("src=\"data:audio/wav;base64,").Append(Convert.ToBase64String(sound.Wav));
                html.Append("\"></audio>\n");
            }
        }

        html.Append($"<p>{sentence}</p>\n");
        html.Append(clip.Sound is null
            ? "<p class=\"quiet\">Without sound and picture.</p>\n"
            : $"<p class=\"quiet\">{Html.Escape(clip.Sound.Heard)}</p>\n");
        html.Append("</li>\n");
    }

    private static void AppendHardest(
        HtmlPage page, IReadOnlyList<string> labels, ReportClips clips, string measuredOn)
    {
        page.Section("hardest", "Hardest clips");
        if (clips.Hardest.Count == 0)
        {
            page.Paragraph(
                $"None: of every clip what is so has half of the probability or more ({Html.Escape(measuredOn)}).");
            return;
        }

        page.Paragraph(Html.Escape(
            $"The clips of the highest loss, {Html.Count(clips.Hardest.Count)} of " +
            $"{Html.Count(clips.HardInAll)} " + (clips.HasSeveralLabels
                ? "with a label whose probability is on the wrong side of one half; "
                : "whose own class has less than half of the probability; ") + $"{measuredOn}. " +
            "Where the network is right, the label is wrong."));
        ReportClip[] heard = [.. clips.Hardest.Where(one => one.Sound is not null)];
        page.Table(
            "Clips that may have a wrong label, the hardest first",
            [.. ColumnsOf(clips), "loss"],
            clips.Hardest.Select(one => (string[])
            [
                .. Cells(one, labels, clips), Html.Figures(one.Prediction.Loss),
            ]),
            words: WordsOf(clips),
            links: [.. clips.Hardest.Select(LinkOf)]);
        if (heard.Length > 0)
        {
            page.Paragraph("Those that are not among the worst mistakes:");
            AppendCards(page, heard, clips, labels, "hard");
        }

        string? LinkOf(ReportClip clip) =>
            PlaceOf(clips.Mistakes, clip) is >= 0 and var mistake && clips.HasSounds ? $"#mistake-{mistake + 1}"
            : PlaceOf(heard, clip) is >= 0 and var hard ? $"#hard-{hard + 1}"
            : null;
    }

    private static int PlaceOf(IReadOnlyList<ReportClip> clips, ReportClip clip) =>
        Enumerable.Range(0, clips.Count).FirstOrDefault(i => ReferenceEquals(clips[i].Entry, clip.Entry), -1);

    private static string SentenceOf(ReportClip clip, ReportClips clips, IReadOnlyList<string> labels)
    {
        string truth = $"<b dir=\"auto\">{Html.Escape(clip.Truth)}</b>";
        string given = $"<b dir=\"auto\">{Html.Escape(clip.Given)}</b>";
        string probability = Html.Percent(clip.Prediction.Probability);
        return clips.HasSeveralLabels
            ? $"Its labels: {truth}; given: {given}. Most wrong: " +
                $"<b dir=\"auto\">{Html.Escape(labels[clip.Prediction.Predicted])}</b> ({probability})."
            : $"Its class is {truth} ({Html.Percent(Math.Exp(-clip.Prediction.Loss))}); taken for {given} ({probability}).";
    }

    private static string[] ColumnsOf(ReportClips clips) => clips.HasSeveralLabels
        ? ["clip", "its labels", "given", "most wrong", "probability of that"]
        : ["clip", "its class", "taken for", "probability of that", "of its class"];

    private static int WordsOf(ReportClips clips) => clips.HasSeveralLabels ? 4 : 3;

    private static string[] Cells(ReportClip clip, IReadOnlyList<string> labels, ReportClips clips) =>
    [
        NameOf(clip.Entry), clip.Truth, clip.Given,
        .. clips.HasSeveralLabels
            ? (string[])[labels[clip.Prediction.Predicted], Html.Percent(clip.Prediction.Probability)]
            : [Html.Percent(clip.Prediction.Probability), Html.Percent(Math.Exp(-clip.Prediction.Loss))],
    ];
}
