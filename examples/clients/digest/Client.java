import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.URL;

/** HttpURLConnection takes the first challenge that it knows; HttpClient has no Digest. */
public class Client {
    public static void main(String[] args) throws Exception {
        Authenticator.setDefault(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(args[1], args[2].toCharArray());
            }
        });
        HttpURLConnection connection = (HttpURLConnection) new URL(args[0]).openConnection();
        connection.setRequestProperty("X-Client-Key", args[3]);
        connection.setRequestMethod(args.length > 4 ? args[4] : "GET");
        if (connection.getResponseCode() != 200) {
            throw new IllegalStateException("status " + connection.getResponseCode());
        }
        System.out.write(connection.getInputStream().readAllBytes());
        System.out.flush();
    }
}
