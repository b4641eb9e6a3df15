// nativecnn devices: what there is to compute on, and whether it computes right.
using System.CommandLine;
using NativeCnn.Cli.Errors;
using NativeCnn.Cli.Options;
using NativeCnn.Cli.Output;
using NativeCnn.Engine.Devices;
using NativeCnn.Tools.Kernels;

namespace NativeCnn.Cli.Commands;

internal static class DevicesCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<bool> json = CommonOptions.Json();
        Option<bool> selfTest = OptionOf.Flag(
            "--self-test",
            "Open each device and compare a matrix product, a convolution and a ReLU with plain double precision; " +
            "exit code 1 if one fails.");
        var command = new Command("devices", "Lists the devices of this machine, by the name that --device takes.")
        {
            json, selfTest,
        };
        command.SetAction(parsed => Run(parsed.GetValue(json), parsed.GetValue(selfTest), terminal));
        return command.WithExamples("nativecnn devices", "nativecnn devices --self-test");
    }

    private static int Run(bool json, bool selfTest, Terminal terminal)
    {
        IReadOnlyList<DeviceInfo> devices = DeviceCatalog.List();
        IReadOnlyList<SkippedDevice> skipped = DeviceDiagnosis.Explain(devices);
        if (!json)
        {
            PrintTable(devices, skipped, terminal);
        }

        bool allPassed = true;
        foreach (DeviceInfo device in devices)
        {
            SelfTestRecord? tested = selfTest ? Test(device, terminal) : null;
            allPassed &= tested is null or { Passed: true };
            if (json)
            {
                terminal.Json(
                    new DeviceRecord(
                        device.Selector, device.Name, device.MemoryBytes, device.MaxGroupSize,
                        device.MaxSharedMemoryBytes, device.Multiprocessors, device.IsGpu, tested),
                    CliJson.Default.DeviceRecord);
            }
            else if (tested is not null)
            {
                terminal.Line(Describe(device, tested));
            }
        }

        if (json)
        {
            terminal.Json(new SkippedDevicesRecord(skipped), CliJson.Default.SkippedDevicesRecord);
        }

        if (!allPassed)
        {
            terminal.Complain("a device failed its self-test; do not train on it, and look for another driver");
        }

        return allPassed ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void PrintTable(
        IReadOnlyList<DeviceInfo> devices, IReadOnlyList<SkippedDevice> skipped, Terminal terminal)
    {
        terminal.Table(
            ["device", "name", "memory", "group size", "shared memory", "multiprocessors"],
            devices.Select(one => (string[])
            [
                one.Selector, one.Name, Show.Bytes(one.MemoryBytes), $"{one.MaxGroupSize}",
                Show.Bytes(one.MaxSharedMemoryBytes), $"{one.Multiprocessors}",
            ]),
            leftColumns: 2, "group size", "shared memory");
        if (!devices.Any(one => one.Kind is DeviceKind.Cuda or DeviceKind.OpenCl))
        {
            terminal.Line("no CUDA and no OpenCL device here; auto takes cpu");
        }

        terminal.Lines(skipped.Select(one => $"{one.Backend} left out: {one.Reason}"));
    }

    private static SelfTestRecord Test(DeviceInfo device, Terminal terminal)
    {
        terminal.Cancellation.ThrowIfCancellationRequested();
        try
        {
            IReadOnlyList<OperatorCheck> checks = DeviceSelfTest.Run(device.Selector);
            return new SelfTestRecord(
                checks.All(one => one.Passed), null,
                [.. checks.Select(one => new CheckRecord(one.Operator, one.LargestError, one.Allowed, one.Passed))]);
        }
        catch (DeviceException error)
        {
            return new SelfTestRecord(false, error.Message, []);
        }
    }

    private static string Describe(DeviceInfo device, SelfTestRecord tested)
    {
        string verdict = tested.Passed ? "passed" : "FAILED";
        IEnumerable<string> details = tested.Checks.Select(one =>
            $"{one.Operator} off by {Small(one.LargestError)} of {Small(one.Allowed)}");
        return $"self-test {device.Selector}: {verdict}; {tested.Error ?? string.Join(", ", details)}";

        static string Small(double value) => Show.Format(value, "0.0e+00");
    }
}
