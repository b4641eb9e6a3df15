// What may stand in JSON for the types that training options have.
using NativeCnn.Engine.Optimizers;
using NativeCnn.Features.Json;

namespace NativeCnn.Model.Training;

internal static class TrainingForms
{
    /// <summary>The forms.</summary>
    public static JsonForms All { get; } = Of(JsonForms.Basic);

    /// <summary>Forms with those of training.</summary>
    public static JsonForms Of(JsonForms forms) => forms
        .With(typeof(OptimizerOptions), new JsonForm("an optimiser", OptimizerTypes.Types.Read))
        .With(
            typeof(ScheduleKind),
            JsonForm.OneOf([.. ScheduleKind.All.Select(kind => kind.Name)], ScheduleKind.FindOrNull));
}
