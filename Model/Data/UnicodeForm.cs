// The same word can be written in two ways: é as one character, or as e and an accent (macOS writes names so). Labels,
// groups and relative paths are compared in Unicode's form C; files are opened by their own names. The programme runs
// without ICU, where string.Normalize changes nothing: so this is the algorithm of Unicode Standard Annex 15,
// decompose, order, compose, with the tables beside it.
using System.Globalization;
using System.Text;

namespace NativeCnn.Model.Data;

internal static partial class UnicodeForm
{
    // Hangul syllables are numbered: 19 leading consonants, 21 vowels, 28 trailing consonants or none.
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    /// <summary>A text in form C; itself where it is.</summary>
    public static string C(string text)
    {
        // Below U+0300 nothing combines and nothing decomposes but what is composed again.
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0)
        {
            return text;
        }

        Tables tables = Data.Value;
        List<int> points = [];
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, tables, points);
        }

        Order(points, tables);
        Compose(points, tables);
        StringBuilder composed = new(text.Length);
        points.ForEach(point => composed.Append(new Rune(point).ToString()));
        string form = composed.ToString();
        return form == text ? text : form;
    }

    private static void Decompose(int point, Tables tables, List<int> into)
    {
        int syllable = point - SyllableBase;
        if (syllable is >= 0 and < Leads * Vowels * Trails)
        {
            into.Add(LeadBase + (syllable / (Vowels * Trails)));
            into.Add(VowelBase + (syllable / Trails % Vowels));
            if (syllable % Trails > 0)
            {
                into.Add(TrailBase + (syllable % Trails));
            }
        }
        else if (tables.Parts.TryGetValue(point, out (int First, int Second) parts))
        {
            Decompose(parts.First, tables, into);
            if (parts.Second != 0)
            {
                Decompose(parts.Second, tables, into);
            }
        }
        else
        {
            into.Add(point);
        }
    }

    // Marks of one base by their class; those of equal class keep their order.
    private static void Order(List<int> points, Tables tables)
    {
        for (int i = 1; i < points.Count; i++)
        {
            int point = points[i];
            int mark = tables.ClassOf(point);
            int place = i;
            while (mark != 0 && place > 0 && tables.ClassOf(points[place - 1]) > mark)
            {
                points[place] = points[place - 1];
                place--;
            }

            points[place] = point;
        }
    }

    private static void Compose(List<int> points, Tables tables)
    {
        int kept = 0;
        int starter = -1;
        int lastClass = -1;
        foreach (int point in points.ToArray())
        {
            int mark = tables.ClassOf(point);
            bool isBlocked = lastClass >= mark && lastClass != -1;
            if (starter >= 0 && !isBlocked && Pair(points[starter], point, tables) is { } composed)
            {
                points[starter] = composed;
                continue;
            }

            points[kept++] = point;
            if (mark == 0)
            {
                starter = kept - 1;
                lastClass = -1;
            }
            else
            {
                lastClass = mark;
            }
        }

        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? Pair(int first, int second, Tables tables)
    {
        int lead = first - LeadBase;
        int vowel = second - VowelBase;
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
        {
            return SyllableBase + (((lead * Vowels) + vowel) * Trails);
        }

        int syllable = first - SyllableBase;
        int trail = second - TrailBase;
        if (syllable is >= 0 and < Leads * Vowels * Trails && syllable % Trails == 0 && trail is > 0 and < Trails)
        {
            return first + trail;
        }

        return tables.Composed.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private sealed record Tables(
        Dictionary<int, (int First, int Second)> Parts, Dictionary<(int, int), int> Composed,
        Dictionary<int, int> Classes)
    {
        public int ClassOf(int point) => Classes.GetValueOrDefault(point);

        public static Tables Read()
        {
            Tables tables = new([], [], []);
            foreach (string token in Tokens(Decompositions))
            {
                string[] sides = token.Split('=');
                int point = Hex(sides[0].TrimEnd('!'));
                int[] parts = [.. sides[1].Split('+').Select(Hex)];
                tables.Parts.Add(point, (parts[0], parts.Length > 1 ? parts[1] : 0));
                if (!sides[0].EndsWith('!'))
                {
                    tables.Composed.Add((parts[0], parts[1]), point);
                }
            }

            foreach (string token in Tokens(CombiningClasses))
            {
                string[] sides = token.Split('=');
                int[] range = [.. sides[0].Split('-').Select(Hex)];
                for (int point = range[0]; point <= range[^1]; point++)
                {
                    tables.Classes.Add(point, int.Parse(sides[1], CultureInfo.InvariantCulture));
                }
            }

            return tables;
        }

        private static string[] Tokens(string table) =>
            table.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
