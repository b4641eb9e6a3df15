// The message of every exception of ours is one line, whatever a file is called or holds.
using System.Reflection;
using NativeCnn.Engine.Devices;
using NativeCnn.Features;
using NativeCnn.Model;
using NativeCnn.Tools.Fetch;

namespace NativeCnn.Tests.Architecture;

public class ExceptionLineTests
{
    public static TheoryData<Type> Exceptions => [.. new[]
    {
        typeof(ComputeDevice), typeof(FeatureExtractor), typeof(Classifier), typeof(FetchException),
        typeof(NativeCnn.Cli.Errors.ExitCodes),
    }.SelectMany(one => one.Assembly.GetExportedTypes()).Where(type => typeof(Exception).IsAssignableFrom(type))];

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Message_OfAnyText_IsOneLineAndMovesNoCursor(Type type)
    {
        const string text = "a\nb\r\nc\u001b[31md\0e\u2028f\u202eg\u0085h";
        foreach (ConstructorInfo constructor in type.GetConstructors())
        {
            object?[] arguments = [.. constructor.GetParameters().Select(
                one => one.ParameterType == typeof(string) ? text
                    : one.ParameterType == typeof(Exception) ? new InvalidOperationException(text)
                    : one.ParameterType.IsValueType ? Activator.CreateInstance(one.ParameterType)
                    : null)];
            if (constructor.GetParameters().All(one => one.ParameterType == typeof(string) || one.ParameterType == typeof(Exception)))
            {
                string message = ((Exception)constructor.Invoke(arguments)).Message;
                Assert.DoesNotContain(message, one => char.IsControl(one) || one is '\u2028' or '\u202e');
            }
        }
    }
}
