// BenchmarkDotNet runs of every operator.
return 0;
