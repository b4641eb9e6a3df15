// Writes the generated code of Engine, or compares it with what is there.
//   dotnet run --project Engine/Generator               writes all files
//   dotnet run --project Engine/Generator -- --check    compares; exit code 1 names the file and its first other line
using NativeCnn.Generator;

GeneratedFile[] files =
[
    HostConvolutionTiles.File(),
    HostMatMulTiles.File(),
    HostSparseWeightGradientTiles.File(),
    ConvolutionRegisterKernels.File(),
    ConvolutionRegisterKernels.TensorFile(),
    MatMulRegisterKernels.File(),
    MatMulTensorKernels.File(),
    MatMulCopiedKernels.File(),
    WaveletTables.File(),
];
string repository = Repository.Find(AppContext.BaseDirectory);
switch (args)
{
    case []:
        Repository.Write(repository, files);
        return 0;
    case ["--check"]:
        string? difference = Repository.Difference(repository, files);
        Console.WriteLine(difference ?? $"{files.Length} generated files are as the generator writes them");
        return difference is null ? 0 : 1;
    default:
        Console.Error.WriteLine("usage: dotnet run --project Engine/Generator [-- --check]");
        return 2;
}
