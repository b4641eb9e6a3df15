namespace NativeCnn.Tools.Exporting.C.Steps;

/// <summary>The channels of several values, one behind another.</summary>
internal sealed class ConcatStep(IReadOnlyList<CValue> parts, CValue y) : CStep(parts, y)
{
    /// <inheritdoc/>
    public override void Run(CRun run)
    {
        float[] y = run[Output];
        int first = 0;
        foreach (CValue part in Inputs)
        {
            RescaleStep.Place(run[part], part, y, Output, first);
            first += part.Channels;
        }
    }

    /// <inheritdoc/>
    public override void Write(CBody body)
    {
        body.Comment($"{Output.Name}: the channels of {string.Join(", ", Inputs.Select(one => one.Name))}");
        int first = 0;
        foreach (CValue part in Inputs)
        {
            string target = first == 0 ? Output.Identifier : $"{Output.Identifier} + {first}";
            if (!IsQuantised)
            {
                body.Use("place");
                body.Line($"place({part.Identifier}, {part.Time}, {part.Channels}, {target}, {Output.Channels});");
            }
            else
            {
                RescaleStep.Write(body, part, Output, target);
            }

            first += part.Channels;
        }
    }
}
