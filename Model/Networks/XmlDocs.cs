// The sentences of help are the summaries of the code: the compiler writes them into a file beside the assembly.
using System.Collections.Concurrent;
using System.Reflection;
using System.Xml;
using System.Xml.Linq;

namespace NativeCnn.Model.Networks;

/// <summary>The XML documentation of an assembly, read from the file beside it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class XmlDocs
{
    private static readonly ConcurrentDictionary<Assembly, XmlDocs?> Known = new();

    private readonly Dictionary<string, string> summaries;

    private XmlDocs(Dictionary<string, string> summaries) => this.summaries = summaries;

    /// <summary>The documentation of an assembly; null where its file is missing or damaged.</summary>
    public static XmlDocs? Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return Known.GetOrAdd(assembly, one => Read(PathOf(one)));
    }

    /// <summary>Where the documentation of an assembly is looked for.</summary>
    public static string PathOf(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);

        // One file that holds the whole programme gives its assemblies no place of their own.
        string folder = Path.GetDirectoryName(assembly.Location) is { Length: > 0 } own
            ? own
            : AppContext.BaseDirectory;
        return Path.Combine(folder, assembly.GetName().Name + ".xml");
    }

    /// <summary>The summary of a type as one line, null where there is none.</summary>
    public static string? SummaryOf(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Of(type.Assembly)?.summaries.GetValueOrDefault("T:" + IdOf(type));
    }

    /// <summary>The summary of a property as one line, null where there is none.</summary>
    public static string? SummaryOf(PropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        Type type = property.DeclaringType!;
        return Of(type.Assembly)?.summaries.GetValueOrDefault($"P:{IdOf(type)}.{property.Name}");
    }

    internal static XmlDocs? Read(string path)
    {
        try
        {
            return new XmlDocs(XDocument.Load(path).Descendants("member")
                .Where(member => member.Attribute("name") is not null && member.Element("summary") is not null)
                .GroupBy(member => member.Attribute("name")!.Value)
                .ToDictionary(same => same.Key, same => TextOf(same.First().Element("summary")!)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or XmlException)
        {
            return null;
        }
    }

    /// <summary>
    /// The text of an element in one line: code words in quotes, references by the last part of their names.
    /// </summary>
    internal static string TextOf(XElement element) => string.Join(
        ' ', Plain(element).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Plain(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "code" } => "",
        XElement { Name.LocalName: "c" } word => $"'{word.Value}'",
        XElement one when one.Attribute("cref") is { } reference && one.IsEmpty => LastName(reference.Value),
        XElement one when (one.Attribute("langword") ?? one.Attribute("name")) is { } word => word.Value,
        XElement one => Plain(one),
        _ => "",
    }));

    // T:NativeCnn.Model.Layers.ValueList`1 is ValueList, M:A.B.C(System.Int32) is C.
    private static string LastName(string reference) => reference.Split('(')[0].Split('.', ':')[^1].Split('`')[0];

    private static string IdOf(Type type) => type.FullName!.Replace('+', '.');
}
