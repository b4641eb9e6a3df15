// Every public type says whether several threads may use it.
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NativeCnn.Engine.Devices;
using NativeCnn.Features;
using NativeCnn.Model;

namespace NativeCnn.Tests.Architecture;

public partial class ThreadSafetyTests
{
    /// <summary>
    /// Exempt are what has no state or no choice: enumerations, interfaces (a class says it), delegates, static
    /// classes (functions of their arguments), exceptions and attributes.
    /// </summary>
    [SkippableTheory]
    [InlineData(typeof(ComputeDevice))]
    [InlineData(typeof(FeatureExtractor))]
    [InlineData(typeof(Classifier))]
    public void PublicType_SaysWhetherThreadsMayShareIt(Type of)
    {
        string file = Path.ChangeExtension(of.Assembly.Location, ".xml");
        Skip.IfNot(File.Exists(file), "the documentation is not beside the assembly");
        Dictionary<string, string> docs = XDocument.Load(file).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.ToString());

        string[] silent =
        [
            .. of.Assembly.GetExportedTypes()
                .Where(type => type is { IsEnum: false, IsInterface: false } && !(type.IsAbstract && type.IsSealed)
                    && !typeof(Delegate).IsAssignableFrom(type) && !typeof(Exception).IsAssignableFrom(type)
                    && !typeof(Attribute).IsAssignableFrom(type))
                .Where(type => !Word().IsMatch(docs.GetValueOrDefault($"T:{type.FullName!.Replace('+', '.')}", "")))
                .Select(type => type.FullName!),
        ];

        Assert.True(silent.Length == 0, $"a word on threads is missing in the remarks of {string.Join(", ", silent)}");
    }

    [GeneratedRegex("[Tt]hread-safe|several threads|one thread|between threads")]
    private static partial Regex Word();
}
