package dev.lacuna.runtime.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages as ONNX Runtime 1.29's GPU build gave them, on a machine without a GPU. */
class CudaFailureTest {

  private static final String LOADING =
      "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/session/"
          + "provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get()"
          + " [ONNXRuntimeError] : 1 : FAIL : Failed to load library"
          + " /opt/native/libonnxruntime_providers_cuda.so with error: ";
  private static final String PARSING =
      "Error code - ORT_FAIL - message: /onnxruntime_src/onnxruntime/core/providers/cuda/"
          + "cuda_execution_provider_info.cc:62 [ONNXRuntimeError] : 1 : FAIL :"
          + " provider_options_utils.h:187 Parse Failed to parse provider option \"device_id\": ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          libcuda.so.1: cannot open shared object file: No such file | driver is not there | --gpus all
          libcublasLt.so.12: cannot open shared object file: No such file | libcublasLt.so.12 | GPU distribution
          undefined symbol: cudaLibraryGetKernel, version libcudart.so.12 | too old, it has no cudaLibraryGetKernel | 12.8
          """)
  void shouldNameReasonAndCureWhenALibraryIsMissing(String error, String reason, String cure) {
    CudaFailure failure = CudaFailure.of(LOADING + error + "\n");
    assertThat(failure.reason()).contains(reason).doesNotContain("onnxruntime_src");
    assertThat(failure.cure()).contains(cure);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version | 525
          CUDA failure 100: no CUDA-capable device is detected | nvidia-smi
          CUDA failure 2: out of memory | gpu.memory.max.bytes
          """)
  void shouldNameTheCureWhenCudaGivesANumber(String error, String cure) {
    CudaFailure failure =
        CudaFailure.of(PARSING + error + " ; GPU=-1 ; hostname=h ; expr=cudaGetDeviceCount(&n); ");
    assertThat(failure.reason()).contains("CUDA error").doesNotContain("hostname");
    assertThat(failure.cure()).contains(cure);
  }

  @ParameterizedTest
  @CsvSource("something else")
  void shouldKeepTheMessageWhenItIsNotKnown(String message) {
    assertThat(CudaFailure.of(message).sentence()).startsWith(message).contains("device=cpu");
  }
}
